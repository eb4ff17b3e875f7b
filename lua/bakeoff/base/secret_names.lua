--- Which names are likely to name a secret: of options, variables, headers, and parameters of URLs.

local names = {}

local SECRET = { "token", "secret", "passw", "passphrase", "%f[%l]pass%f[^%l]", "%f[%l]pwd%f[^%l]",
   "credential", "access_?key", "private_?key", "api_?key", "auth" }
-- Only of headers, and of parameters of URLs: elsewhere these are mostly names of files and places.
local OF_REQUESTS = { "cookie", "key$", "signature", "^sig$", "session" }

local function matches(name, patterns)
   name = name:lower():gsub("[-.]", "_"):gsub("authors?%f[^%l]", "")
   for _, pattern in ipairs(patterns) do
      if name:find(pattern) then
         return true
      end
   end
   return false
end

--- Is the value of a variable, option or field of this name likely to be a secret? value: nil if it isn't
-- known; --max-tokens 100 is none.
function names.is_name(name, value)
   return matches(name, SECRET) and not (value and value:find("^%d+$") and name:lower():find("tokens"))
end

local ENOUGH_NAMES = 256
local of_requests, known = {}, 0 -- name → answer: the URLs of a list have the same few parameters

--- The same for a header.
function names.is_header(name)
   local answer = of_requests[name]
   if answer == nil then
      if known == ENOUGH_NAMES then
         of_requests, known = {}, 0
      end
      answer = matches(name, SECRET) or matches(name, OF_REQUESTS)
      of_requests[name], known = answer, known + 1
   end
   return answer
end

--- The same for a parameter of a URL that has the name of such a header. Short values and numbers tell pages
-- apart: ?key=17.
function names.is_parameter(name, value)
   return matches(name, SECRET)
      or #value >= 8 and not value:find("^%d+$") and matches(name, OF_REQUESTS)
end

return names
