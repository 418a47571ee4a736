"""Eviction algorithms, one a file. Each implements `memview.kernel.protocols.EvictionPolicy`."""
