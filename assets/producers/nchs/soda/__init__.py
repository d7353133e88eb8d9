"""data.cdc.gov over SODA: fetched, read and judged by declared layouts."""
