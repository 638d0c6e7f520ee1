"""Parts of the third step, PUBLISH: topic pages, pages of removed topics, the editor's notes."""
