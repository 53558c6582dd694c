"""The community's end of the road: what gates send is kept, counted and answered for."""
