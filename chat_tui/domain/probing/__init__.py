"""Probe how a service treats each parameter: plan the requests, judge the replies, and store the results."""
