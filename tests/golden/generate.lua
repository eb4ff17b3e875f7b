--- lua5.4 generate.lua [FOLDER]: writes the invented run folders of the golden tests into FOLDER (default:
-- runs beside this file). The same bytes each time.

local here = arg[0]:match("^(.*)/[^/]*$") or "."
package.path = here .. "/?.lua;" .. package.path

require("folders").write(arg[1] or here .. "/runs")
