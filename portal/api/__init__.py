"""The portal's part of the API: what the catalogue, the sponsor's and the administrators' pages do, for programs."""
