"""How Sphinx builds these pages: `make docs`, then open `docs/_build/index.html`."""

from digest import __version__

project = "Papers Digest"
author = "The Papers Digest authors"
release = version = __version__

extensions = ["myst_parser"]
exclude_patterns = ["_build"]
nitpicky = True
myst_heading_anchors = 3

smartquotes = False  # "--silent" is an option, not a dash

html_theme = "furo"
html_title = f"Papers Digest {release}"
html_static_path = ["_static"]
html_css_files = ["docs.css"]
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False

# `make docs` builds the manual page from what `docs/generate.py` writes for it.
myst_enable_extensions = ["deflist"]
man_pages = [("digest", "digest", "a newsletter from listings of research papers", [author], 1)]
