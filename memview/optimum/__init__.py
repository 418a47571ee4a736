"""The offline optimum: what a policy that knew the future would have hit, and what no policy can exceed.

A room for offline measures. Its modules import numpy; nothing on the way to the inspector's first frame imports them.
"""
