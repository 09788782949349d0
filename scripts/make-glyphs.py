#!/usr/bin/env python3
"""Draws the glyphs of fonts/ from DejaVu Sans: python3 scripts/make-glyphs.py /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf

Needs Pillow. Writes fonts/dejavu-sans.png, grey coverage, and fonts/dejavu-sans.json: for each size the height of a line
and of each character [x, y, width, left, advance]: the box of its line in the picture, how far that lies right of the pen,
and how far the pen goes on.
"""
import json
import math
import sys
from PIL import Image, ImageDraw, ImageFont

SIZES = [14, 20]
CHARACTERS = [chr(c) for c in [*range(0x20, 0x7F), *range(0xA0, 0x100)] if c != 0xAD] + list('–—‘’“”…−□')
WIDTH = 512


def main(path):
    fonts = [ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC) for size in SIZES]
    sheet = Image.new('L', (WIDTH, 2000), 0)
    tables, x, y = [], 0, 0
    for size, font in zip(SIZES, fonts):
        ascent, descent = font.getmetrics()
        height = 1 + ascent + descent  # a row more, for the accents of capitals
        glyphs = {}
        for character in CHARACTERS:
            left, _, right, _ = font.getbbox(character)
            left, width = math.floor(left), math.ceil(right) - math.floor(left)
            if x + width > WIDTH:
                x, y = 0, y + height
            cell = Image.new('L', (width, height), 0)
            ImageDraw.Draw(cell).text((-left, 1), character, fill=255, font=font)
            sheet.paste(cell, (x, y))
            glyphs[character] = [x, y, width, left, round(font.getlength(character))]
            x += width
        tables.append({'size': size, 'height': height, 'glyphs': glyphs})
        x, y = 0, y + height
    sheet.crop((0, 0, WIDTH, y)).save('fonts/dejavu-sans.png', optimize=True)
    with open('fonts/dejavu-sans.json', 'w', encoding='utf-8') as file:
        json.dump(tables, file, ensure_ascii=False, separators=(',', ':'))
        file.write('\n')


main(*sys.argv[1:])
