--- Which names are likely to name a secret: of options, variables, headers, and parameters of URLs.

local names = {}

local SECRET = { "token", "secret", "passw", "passphrase", "%f[%l]pass%f[^%l]", "%f[%l]pwd%f[^%l]",
   "credential", "access_?key", "private_?key", "api_?key", "auth" }
-- Only of headers, and of parameters of URLs: elsewhere these are mostly names of files and places.
local OF_REQUESTS = { "cookie", "key$", "signature", "^sig$", "session", "^code$", "jwt", "^sid$", "^otp$",
   "^pin$", "^pw$", "hmac", "^ticket$", "assertion", "saml" }
-- Only of words, whatever their value; of parameters they are among those above. Names that end in "pass".
local OF_WORDS = { "jwt", "signature", "session_?id", "%lpass$" }
local COOKIES = { "cookies?$" }
local TELLING = 6 -- bytes

local function matches(name, patterns)
   name = name:lower():gsub("[-.]", "_"):gsub("authors?%f[^%l]", "")
      :gsub("bypass", ""):gsub("compass", "")
   for _, pattern in ipairs(patterns) do
      if name:find(pattern) then
         return true
      end
   end
   return false
end

local ENOUGH_NAMES, LONGEST_NAME = 256, 64

-- name → answer. Lists of URLs, commands and rows have the same few names, over and over.
local function asked_once(patterns)
   local answers, known = {}, 0
   return function(name)
      local answer = answers[name]
      if answer ~= nil then
         return answer
      end
      answer = matches(name, patterns)
      if known == ENOUGH_NAMES then
         answers, known = {}, 0
      end
      if #name <= LONGEST_NAME then
         answers[name], known = answer, known + 1
      end
      return answer
   end
end

local is_secret, is_of_requests = asked_once(SECRET), asked_once(OF_REQUESTS)
local is_of_words, is_cookie = asked_once(OF_WORDS), asked_once(COOKIES)

-- --cookie takes cookies, or the name of a file with them.
local function may_be_cookie(value)
   return not value or value:find("=", 1, true) ~= nil or not value:find "[/.]"
end

--- Is the value of a variable, option or field of this name likely to be a secret? value: nil if it isn't
-- known; --max-tokens 100 is none.
function names.is_name(name, value)
   if is_secret(name) or is_of_words(name) then
      return not (value and value:find("^%d+$") and name:lower():find("tokens"))
   end
   return is_cookie(name) and may_be_cookie(value)
end

--- The same for a header.
function names.is_header(name) return is_secret(name) or is_of_requests(name) end

--- The same for a parameter of a URL that has the name of such a header. Short values and numbers tell pages
-- apart: ?key=17.
function names.is_parameter(name, value)
   return is_secret(name) or #value >= TELLING and not value:find("^%d+$") and is_of_requests(name)
end

return names
