"""The page on validation: verdict, findings, and each rule of each table with its evidence."""
