"""The API of the request workflow, by phase of the work: everything that its pages do."""
