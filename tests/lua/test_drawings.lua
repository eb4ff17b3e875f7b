--- The light and the dark drawing of a chart as one: what core.join_drawings asks, keeps and leaves out.
local core = require "bakeoff.core"
local lu = require "luaunit"

TestJoin = {}

local asked

local function join(light, dark)
   asked[#asked + 1] = light .. dark
   local whole = light == dark and light or "<both>"
   local before, after = whole:match "^(.*)\2(.*)$"
   return light ~= "<no>" and { before or whole, after or "" }
end

local function joined(light, dark)
   asked = {}
   return core.join_drawings(light, dark, join)
end

function TestJoin.test_places_and_texts_pass_and_the_rest_is_asked_once()
   local drawing = "\n<a d='M1,2 \t L3'/> x <a d='4'/>"
   lu.assertEquals({ joined(drawing, drawing) }, { "<a d='M1,2 L3'/> x <a d='4'/>", "" })
   lu.assertEquals(asked, { "<a d='\2'/><a d='\2'/>" })
   drawing = '<g transform="translate(1,-2.5)" x="y">'
   lu.assertEquals(joined(drawing, drawing), drawing)
   lu.assertEquals(asked, { ('<g transform="translate(\2)" x="y">'):rep(2) })
end

function TestJoin.test_what_is_no_place_stays()
   for _, tag in ipairs { "<a d='none'>", "<a d=''>", "<a '1,2'>", '<g transform="translate()">',
      '<g transform="translate(1">', "<a d='1,2\">", "<a d='1x'>" } do
      joined(tag, tag)
      lu.assertEquals(asked, { tag .. tag })
   end
end

function TestJoin.test_groups_that_hold_nothing_are_left_out()
   local light = "<g><g x='a'> </g>\n</g><g>t</g>"
   lu.assertEquals(joined(light, light:gsub("'a'", "'b'") .. ""), "<g>t</g>")
   lu.assertEquals(joined("<g><a></g>", "<g><b></g>"), "<g><both></g>")
   lu.assertEquals(joined("<g/></g>", "<g/></g>"), "<g/></g>")
   lu.assertEquals(joined("<g>", "<g>"), "<g>")
   local deep = ("<g>"):rep(200) .. ("</g>"):rep(200)
   lu.assertEquals(joined(deep, deep), ("<g>"):rep(195) .. ("</g>"):rep(195)) -- not all are kept in mind
end

function TestJoin.test_a_tag_that_never_ends_is_told()
   lu.assertEquals({ joined("<b>t</b", "<c>t</c>") }, {})
   lu.assertEquals({ joined("<b>t</b", "<c>t</c") }, { "<both>t", "</b" })
   lu.assertEquals({ joined("t", "t") }, { "", "t" })
   lu.assertEquals({ joined("", "") }, { "", "" })
end

function TestJoin.test_drawings_that_differ_are_not_joined()
   for light, dark in pairs { ["<a>"] = "<a><b>", ["<a>t"] = "<a>s", ["<a d='1'>"] = "<a d='2'>",
      ["<g>t</g>"] = "<g>s</g>", ["<g><a d='1'>"] = "<g><a d='2'>" } do
      lu.assertNil((joined(light, dark)))
      lu.assertNil((joined(dark, light)))
   end
   lu.assertNil((joined("<no>", "<a>")))
   lu.assertErrorMsgContains("string expected", core.join_drawings, {}, "", join)
   lu.assertErrorMsgContains("function expected", core.join_drawings, "", "")
   lu.assertErrorMsgContains("no reason", core.join_drawings, "<a>", "<a>", function() error "no reason" end)
end

os.exit(lu.LuaUnit.run(), true)
