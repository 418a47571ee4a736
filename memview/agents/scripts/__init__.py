"""The scripts that `memview demo` can run, one a file; `memview.agents.script` names them."""
