--- CPU work written in C, for measurements whose subject is not the interpreter. Pools send these functions
-- to workers by name. Under an interpreter lock they give way to other threads regularly, as Lua code does.
--
--    sum(n)                     → 0 + 1 + … + n, number by number, modulo 2^64
--    sha256(data [, rounds])    → digest in hexadecimal digits; further rounds hash the digest again
--    mandelbrot { x =, y = (centre), size = (width in the plane), width =, height = (pixels), limit = 256 }
--                               → a byte per pixel: 0 inside, 1 to 255 by the iterations it took to escape
--    blur { pixels = (a byte each), width =, height =, radius =, passes = 3 } → pixels; 3 boxes ≈ a Gaussian

local core = require "bakeoff.core"

return {
   sum = core.work_sum,
   sha256 = core.work_sha256,
   mandelbrot = core.work_mandelbrot,
   blur = core.work_blur,
}
