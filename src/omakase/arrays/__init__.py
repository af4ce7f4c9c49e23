"""Pure functions on arrays: selecting, masking, sparse kernels. No users, no items."""
