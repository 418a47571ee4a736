"""The memory tools of MemGPT and Letta, executed: what a recorded call wrote, and what it would have found."""
