"""Raster images: written anew from what decoding needs, without a byte of what people and programs add."""
