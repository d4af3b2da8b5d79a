"""The back office's common part: how rows of the ledger are listed, shown and adjusted by hand."""
