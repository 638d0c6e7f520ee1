"""Render the pages that are made for one request: forms, answers, results of a search.

Their templates lie in ``templates/web/`` and extend ``web/page.html``.
"""
