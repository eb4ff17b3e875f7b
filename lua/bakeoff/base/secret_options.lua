--- Options whose names tell nothing, and whose values are secrets in the command lines of certain programs:
-- mysql -pSECRET, curl -b "id=SECRET". With other programs, -p is a port or a folder.

local secret_options = {}

-- What of an option's value is a secret. Each → the place where it begins; nil: none of it is.
local function whole() return 1 end
local function account(value) return value:find "^[^:]*:[^:]" and 1 end
local function cookie(value) return value:find("=", 1, true) and 1 end -- otherwise it names a file
local function behind_colon(value) return not value:find("://", 1, true) and value:match ".:()[^/\\]" end
local function behind_percent(value) return value:match "%%()." end
local function proxy(value) return value:find "^[^/@]*:[^/@]*@" and 1 end

local function of(kind) return { kind = kind } end
local function joined(kind) return { kind = kind, joined = true } end -- "-p VALUE" is something else

local MYSQL = { p = joined(whole) }
local MONGO = { p = of(whole) }
local PASSWORD_P = { P = of(whole) }
local REDIS = { a = of(whole) }
local LDAP = { w = of(whole) }
local SEVEN_ZIP = { p = joined(whole) }
local CLIENT = { a = of(account) }

local PROGRAMS = {
   curl = { b = of(cookie), E = of(behind_colon), cert = of(behind_colon), x = of(proxy), proxy = of(proxy),
      preproxy = of(proxy) },
   ab = { A = of(account), P = of(account), C = of(cookie) },
   hey = CLIENT, oha = CLIENT, http = CLIENT, https = CLIENT, xh = CLIENT,
   mysql = MYSQL, mysqldump = MYSQL, mysqladmin = MYSQL, mysqlslap = MYSQL, mysqlimport = MYSQL,
   mysqlcheck = MYSQL, mysqlshow = MYSQL, mariadb = MYSQL, ["mariadb-dump"] = MYSQL,
   ["mariadb-admin"] = MYSQL, ["mariadb-slap"] = MYSQL,
   sshpass = { p = of(whole) }, docker = { p = of(whole) }, podman = { p = of(whole) },
   ["redis-cli"] = REDIS, ["redis-benchmark"] = REDIS, ["valkey-cli"] = REDIS, ["valkey-benchmark"] = REDIS,
   mongo = MONGO, mongosh = MONGO, mongodump = MONGO, mongorestore = MONGO, mongoexport = MONGO,
   mongoimport = MONGO,
   mosquitto_pub = PASSWORD_P, mosquitto_sub = PASSWORD_P, sqlcmd = PASSWORD_P, bcp = PASSWORD_P,
   zip = PASSWORD_P, unzip = PASSWORD_P, ["7z"] = SEVEN_ZIP, ["7za"] = SEVEN_ZIP,
   ldapsearch = LDAP, ldapmodify = LDAP, ldapadd = LDAP, smbclient = { U = of(behind_percent) },
   openssl = { k = of(whole), K = of(whole), passin = of(whole), passout = of(whole), pass = of(whole) },
}

--- The options of the program that a word names ("/usr/bin/mysql"), or nil.
function secret_options.of_program(word) return PROGRAMS[word:match "[^/]*$"] end

-- docker run -p 80:80 publishes a port, and numbers are ports, counts and processes.
local function begin_of(option, value)
   if value == "" or value:find "^[%d:./]+$" then
      return nil
   end
   return option.kind(value)
end

--- What of a word is hidden, by the options of its program: hide(name, value) → what takes its place. before:
-- the word before it. → the word without it; nil: nothing is hidden.
function secret_options.in_word(options, before, word, hide)
   local previous = before and not before:find "^%-%-?$" and before:match "^%-%-?([%w-]+)$"
   local option = previous and options[previous]
   if option and not option.joined then
      local begin = begin_of(option, word)
      return begin and word:sub(1, begin - 1) .. hide(before, word:sub(begin))
   end
   local name, value = word:match "^%-%-([%w-]+)=(.+)$"
   if not name then
      name, value = word:match "^%-(%w)(.+)$"
   end
   option = name and options[name]
   local begin = option and begin_of(option, value)
   local lead = #word - #(value or "")
   return begin and word:sub(1, lead + begin - 1) .. hide(word:sub(1, lead):gsub("=$", ""), value:sub(begin))
end

--- A word as it stands in a text: what is no part of it in a shell may be part of it elsewhere.
secret_options.WORD = "^[^%s'\"]+"

--- The value that begins at a place: what is inside quotes, or a word (by default one of a shell, or of a
-- URL's parameters). Returns it, the quote before it, the place where all of it ends, and whether no quote
-- follows it.
function secret_options.value_at(value, at, word_pattern)
   local quote = value:match("^['\"]", at) or ""
   local first = at + #quote
   local stop = quote ~= "" and value:find(quote, first, true)
   if stop then
      return value:sub(first, stop - 1), quote, stop
   end
   local word = value:match(word_pattern or "^[^%s&;'\"]+", first) or ""
   return word, quote, first + #word - 1, true
end

-- The option in a run of letters and dashes that begins at `first`: its name as written, where its value
-- begins, and what is known of it; nil if it is none of these.
local function option_in(text, first, run, options)
   local dashes, long = run:match "^(%-%-?)(%w.*)$"
   if not dashes or text:find("^[^%s]", first - 1) and first > 1 then
      return nil
   end
   local name = (dashes == "--" or options[long]) and long or long:sub(1, 1)
   local option, behind = options[name], first + #dashes + #name
   local value = option and (#name == 1 and not text:find("^%s", behind) and behind
      or not option.joined and text:match("^[=%s]%s*()", behind))
   if value then
      return dashes .. name, value, option
   end
end

--- A text in which the commands of known programs lack their secrets. Takes time in proportion to its length.
function secret_options.in_text(text, hide)
   local parts, from, at, options = {}, 1, 1, nil
   local first, last, run = text:find("([%w_-]+)", at)
   while first do
      if text:find("^[^%w_-]*[;&|\n]", at) then
         options = nil -- another command begins
      end
      options = PROGRAMS[run] or options
      local name, begin, option = nil, nil, nil
      if options then
         name, begin, option = option_in(text, first, run, options)
      end
      at = last + 1
      if name then
         local value, quote, ends, is_open = secret_options.value_at(text, begin, secret_options.WORD)
         local hidden = begin_of(option, value)
         if hidden then
            parts[#parts + 1] = text:sub(from, begin + #quote + hidden - 2) .. hide(name, value:sub(hidden))
               .. (is_open and "" or quote)
            from, at = ends + 1, ends + 1
         end
      end
      first, last, run = text:find("([%w_-]+)", at)
   end
   return #parts > 0 and table.concat(parts) .. text:sub(from) or text
end

return secret_options
