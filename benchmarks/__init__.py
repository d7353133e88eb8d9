"""Speed and memory, each beside a peer measured in the same run; ratios, not seconds, matter."""
