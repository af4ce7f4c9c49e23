"""Functions on arrays: selecting, masking, sparse kernels, and what several models do alike."""
