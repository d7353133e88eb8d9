"""The geography registry: areas with validity dates, parents and predecessors."""
