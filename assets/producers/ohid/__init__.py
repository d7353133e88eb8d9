"""Office for Health Improvement and Disparities: indicators of Fingertips."""
