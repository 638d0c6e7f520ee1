"""Answer HTTP: the pages, forms, feeds of one's own, an API, and pages for operators.

    server    listeners of waitress, their limits
    app       a request -> its route, or a file of output/ -> headers that every answer has -> log
    a route   one module for each subject: what is asked, which operation does it, what is shown

Needs the packages of the extra ``web``. Nothing outside this package imports it but the command
line. Decides nothing about papers and people: that is done in `operations`.
"""
