"""Compiles report.typ in the folder that is given and prints what it took, without the start of Python."""
import importlib.metadata
import json
import os
import re
import resource
import sys
import time

import typst

folder = sys.argv[1]
source = os.path.join(folder, "report.typ")
started = time.perf_counter()
pdf = typst.compile(source, root=folder, format="pdf", pdf_standards="a-2a")
seconds = time.perf_counter() - started
with open(os.path.join(folder, "typst.pdf"), "wb") as file:
    file.write(pdf)
print(json.dumps({
    "seconds": seconds,
    "bytes": len(pdf),
    "version": importlib.metadata.version("typst"),
    "standard": "a-2a",
    "pages": max((int(n) for n in re.findall(rb"/Count (\d+)", pdf)), default=None),
    "peak_memory_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
}))
