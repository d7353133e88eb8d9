"""What every kind of workbook needs: sheets, layouts, headers, rows, cells, and the fetch."""
