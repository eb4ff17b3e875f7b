--- What a ratio to the reference is a ratio of, for the titles of columns and for sentences.

local columns = require "bakeoff.base.columns"
local shorten = require "bakeoff.base.shorten"

local relative = {}

local LONGEST_NAME = 24 -- in a title, in columns

--- "speed vs sequential"; "p99 vs threads at 500/s". name: the reference's; of_p99: is p99 compared?
function relative.title(name, of_p99)
   return ("%s vs %s"):format(of_p99 and "p99" or "speed", shorten.middle(name, LONGEST_NAME, columns.width))
end

--- The title if rows have references of their own.
relative.OF_SEVERAL = "vs reference"

return relative
