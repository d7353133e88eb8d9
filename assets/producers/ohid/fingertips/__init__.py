"""Indicator exports of Fingertips, which the Office for Health Improvement publishes."""
