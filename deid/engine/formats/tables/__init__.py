"""Tables beside the images: CSV, TSV, workbooks and SAS transport files, cleaned column by column."""
