"""The letters of printers with seven dots a column, as ink-jet coders and old terminals have them.

Five columns a character from left to right, two hexadecimal digits each; bit 0 is the top dot.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

ROWS, COLUMNS = 8, 5

_TABLE = """
! 00005F0000 " 0007000700 # 147F147F14 $ 242A7F2A12 % 2313086462 & 3649562050 ' 0004030000
( 001C224100 ) 0041221C00 * 2A1C7F1C2A + 08083E0808 , 0080603000 - 0808080808 . 0000606000
/ 2010080402 0 3E5149453E 1 00427F4000 2 4261514946 3 2141454B31 4 1814127F10 5 2745454539
6 3C4A494930 7 0171090503 8 3649494936 9 064949291E : 0000360000 ; 0080563600 < 0008142241
= 1414141414 > 4122140800 ? 0201510906 @ 3E415D594E A 7E1111117E B 7F49494936 C 3E41414122
D 7F4141221C E 7F49494941 F 7F09090901 G 3E41494932 H 7F0808087F I 00417F4100 J 2040413F01
K 7F08142241 L 7F40404040 M 7F020C027F N 7F0408107F O 3E4141413E P 7F09090906 Q 3E4151215E
R 7F09192946 S 4649494931 T 01017F0101 U 3F4040403F V 1F2040201F W 7F2018207F X 6314081463
Y 0304780403 Z 6151494543 [ 007F414100 \\ 0204081020 ] 0041417F00 _ 4040404040 a 2054545478
b 7F48444438 c 3844444428 d 384444487F e 3854545418 f 00087E0902 g 18A4A4A47C h 7F08040478
i 00447D4000 j 4080847D00 k 007F102844 l 00417F4000 m 7C04780478 n 7C08040478 o 3844444438
p FC24242418 q 18242424FC r 7C08040408 s 4854545424 t 04043F4424 u 3C4040207C v 1C2040201C
w 3C4030403C x 4428102844 y 1CA0A0A07C z 4464544C44 | 00007F0000
"""

PLAIN_ZERO = "3E4141413E"
OVAL_ZERO = "001C22221C"


@lru_cache(maxsize=1)
def table() -> dict[str, NDArray[np.bool_]]:
    """The dots (8, 5) of each character; the last row is below the baseline."""
    words = _TABLE.split()
    return {" ": dots("00" * COLUMNS)} | dict(zip(words[::2], map(dots, words[1::2]), strict=True))


def dots(columns: str) -> NDArray[np.bool_]:
    """Dots (8, 5) of five columns in hexadecimal digits."""
    numbers = np.frombuffer(bytes.fromhex(columns), np.uint8)
    return np.unpackbits(numbers[None], axis=0, bitorder="little").astype(bool)
