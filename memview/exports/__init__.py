"""What leaves the program: a replay or a comparison as files that other programs open."""
