"""`omakase spark`"""
