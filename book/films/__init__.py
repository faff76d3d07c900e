"""The gallery's animations: what each shows (`cases`), the film and its marks (`film`, `sheet`),
and two ways to write one down (`moving_svg`, `raster`).
"""
