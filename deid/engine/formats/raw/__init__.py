"""Raw and research formats of magnetic resonance and of digitised film: HDF5 (ISMRMRD, fastMRI), BART, PulSeq, DDSM."""
