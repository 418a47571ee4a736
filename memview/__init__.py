"""memview: a terminal inspector and time-travel debugger for LLM-agent memory."""
