"""Where state lives and how it is written safely: folders, locks, the warehouse, evidence."""
