--- SHA-256 (FIPS 180-4) of a text, in base64 (RFC 4648), as a page's Content-Security-Policy names the one
-- script that may run on it.

local sha256 = {}

-- The first 32 bits of the fractional parts of the roots of the first 64 primes: square roots for the start,
-- cube roots for the rounds. A double holds 52 bits of the fraction, more than enough.
local function primes(count)
   local list, candidate = {}, 2
   while #list < count do
      local is_prime = true
      for _, prime in ipairs(list) do
         is_prime = is_prime and candidate % prime ~= 0
      end
      list[#list + 1] = is_prime and candidate or nil
      candidate = candidate + 1
   end
   return list
end

local function fraction(prime, degree)
   local root = prime ^ (1 / degree)
   return math.floor((root - math.floor(root)) * 2 ^ 32) & 0xffffffff
end

local START, ROUNDS = {}, {}
for index, prime in ipairs(primes(64)) do
   START[index] = index <= 8 and fraction(prime, 2) or nil
   ROUNDS[index] = fraction(prime, 3)
end

local function turn(word, by) return (word >> by | word << (32 - by)) & 0xffffffff end

local function schedule(block)
   local w = { (">I4I4I4I4I4I4I4I4I4I4I4I4I4I4I4I4"):unpack(block) }
   for i = 17, 64 do
      local a, b = w[i - 15], w[i - 2]
      local small = turn(a, 7) ~ turn(a, 18) ~ a >> 3
      local large = turn(b, 17) ~ turn(b, 19) ~ b >> 10
      w[i] = w[i - 16] + small + w[i - 7] + large & 0xffffffff
   end
   return w
end

local function compress(state, block)
   local w = schedule(block)
   local a, b, c, d, e, f, g, h = table.unpack(state)
   for i = 1, 64 do
      local one = h + (turn(e, 6) ~ turn(e, 11) ~ turn(e, 25)) + (e & f ~ ~e & g) + ROUNDS[i] + w[i]
      local two = (turn(a, 2) ~ turn(a, 13) ~ turn(a, 22)) + (a & b ~ a & c ~ b & c)
      a, b, c, d, e, f, g, h = one + two & 0xffffffff, a, b, c, d + one & 0xffffffff, e, f, g
   end
   for index, word in ipairs { a, b, c, d, e, f, g, h } do
      state[index] = state[index] + word & 0xffffffff
   end
end

--- The digest: 32 bytes.
function sha256.digest(text)
   local state = table.move(START, 1, 8, 1, {})
   local padded = text .. "\x80" .. ("\0"):rep((55 - #text) % 64) .. (">I8"):pack(#text * 8)
   for at = 1, #padded, 64 do
      compress(state, padded:sub(at, at + 63))
   end
   return (">I4I4I4I4I4I4I4I4"):pack(table.unpack(state))
end

local LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

--- Bytes in base64.
function sha256.base64(bytes)
   local missing = -#bytes % 3
   local letters = (bytes .. ("\0"):rep(missing)):gsub("...", function(three)
      local number = (">I3"):unpack(three)
      return (("."):rep(4):gsub("()%.", function(place)
         local index = number >> (4 - place) * 6 & 63
         return LETTERS:sub(index + 1, index + 1)
      end))
   end)
   return letters:sub(1, #letters - missing) .. ("="):rep(missing)
end

return sha256
