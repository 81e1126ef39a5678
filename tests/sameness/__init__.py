"""`make sameness`: whether each page is told apart as what it is, measured on a stream of known pages. See docs/sameness.md."""
