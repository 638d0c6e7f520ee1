"""Full-text search: titles, abstracts and names of authors, by indexes beside the ledger.

    all_papers     all papers of the ledger, for the command line: `search` and `count`
    issued_*       papers in published issues, for the web side: `search_issued`
    highlights     which parts of a text a search has found: `highlight`

Each index (SQLite's FTS5) is a file of its own. A search makes it or brings it up to date, so that
runs do not pay for it. Everything in it comes from the ledger, so it can be deleted.
"""

from digest.storage.ledger.full_text.all_papers import FILE as FILE
from digest.storage.ledger.full_text.all_papers import count as count
from digest.storage.ledger.full_text.all_papers import search as search
from digest.storage.ledger.full_text.highlights import Highlighted as Highlighted
from digest.storage.ledger.full_text.highlights import highlight as highlight
from digest.storage.ledger.full_text.issued_search import COUNTED as COUNTED
from digest.storage.ledger.full_text.issued_search import search_issued as search_issued
from digest.storage.ledger.full_text.results import IndexPlace as IndexPlace
from digest.storage.ledger.full_text.results import IssuedResults as IssuedResults
from digest.storage.ledger.full_text.results import SearchResult as SearchResult
