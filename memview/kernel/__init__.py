"""One turn through memory: router -> retrieval -> guard -> pager -> assembler -> events."""
