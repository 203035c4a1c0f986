"""What GraphiQL asks beside the API: how an operation is run, which examples can be answered."""
