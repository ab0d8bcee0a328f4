"""Makes the two fonts in this folder from the npm package `inter-ui` (see README.md)."""

import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

# Latin with all its extensions, Greek, Cyrillic, punctuation, currency, arrows, mathematics.
RANGES = [(0x20, 0x24F), (0x250, 0x36F), (0x370, 0x3FF), (0x400, 0x52F), (0x1E00, 0x1EFF),
          (0x1F00, 0x1FFF), (0x2000, 0x206F), (0x2070, 0x209F), (0x20A0, 0x20CF), (0x2100, 0x214F),
          (0x2150, 0x218F), (0x2190, 0x21FF), (0x2200, 0x22FF), (0x2300, 0x23FF), (0x2500, 0x27BF),
          (0x2C60, 0x2C7F), (0xA720, 0xA7FF), (0xFB00, 0xFB06), (0xFFFD, 0xFFFD)]


# Share their glyph with the Greek iota and delta, which text copied from a page must give.
SHARED = {0x269, 0x2206}


def tabular(font):
    """Points the figures at their tabular forms, which the feature `tnum` would choose."""
    table = font["GSUB"].table
    lookups = {index for record in table.FeatureList.FeatureRecord if record.FeatureTag == "tnum"
               for index in record.Feature.LookupListIndex}
    forms = {}
    for index in lookups:
        for part in table.LookupList.Lookup[index].SubTable:
            forms.update(getattr(part, "ExtSubTable", part).mapping)
    for cmap in font["cmap"].tables:
        for code in range(0x30, 0x3A):
            if code in cmap.cmap:
                cmap.cmap[code] = forms.get(cmap.cmap[code], cmap.cmap[code])


def make(source, target):
    font = TTFont(source, recalcTimestamp=False)
    font.flavor = None
    tabular(font)
    options = Options()
    options.layout_features = []
    options.hinting = False
    options.name_IDs = ["*"]
    options.drop_tables += ["GSUB", "GPOS", "GDEF"]
    options.glyph_names = False
    options.notdef_outline = True
    options.recalc_timestamp = False
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=[code for low, high in RANGES for code in range(low, high + 1)
                                 if code not in SHARED])
    subsetter.subset(font)
    font.save(target)
    print(target, len(font.getGlyphOrder()))


if __name__ == "__main__":
    package, here = Path(sys.argv[1]), Path(__file__).parent
    for weight in ("Regular", "SemiBold"):
        make(package / "web" / f"Inter-{weight}.woff2", here / f"Inter-{weight}.ttf")
