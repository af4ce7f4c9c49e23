"""One file an algorithm. None knows another; `registry` knows them all."""
