// Run in a page that holds the SVGs of charts, one in each element of class "picture": replaces them by a JSON
// list with, for each picture, its size and the boxes of its texts' ink, in pixels of the picture.
"use strict";
(function () {
  var pen = document.createElement("canvas").getContext("2d");

  // The ink of a line of text, in the text's own coordinates. The first character is at the right if words are
  // written from there.
  function ink(element) {
    var style = getComputedStyle(element);
    pen.font = style.fontWeight + " " + style.fontSize + " " + style.fontFamily;
    var seen = pen.measureText(element.textContent), left = element.getBBox().x;
    var baseline = element.getStartPositionOfChar(0).y;
    return { left: left - seen.actualBoundingBoxLeft, right: left + seen.actualBoundingBoxRight,
      top: baseline - seen.actualBoundingBoxAscent, bottom: baseline + seen.actualBoundingBoxDescent };
  }

  // The same on the picture; the text may be turned.
  function on_picture(element) {
    var own = ink(element), place = element.getCTM();
    var corners = [[own.left, own.top], [own.right, own.top], [own.left, own.bottom], [own.right, own.bottom]]
      .map(function (at) { return new DOMPoint(at[0], at[1]).matrixTransform(place); });
    var x = corners.map(function (at) { return at.x; }), y = corners.map(function (at) { return at.y; });
    return [Math.min.apply(null, x), Math.min.apply(null, y), Math.max.apply(null, x), Math.max.apply(null, y)];
  }

  function texts(svg) {
    return Array.prototype.filter.call(svg.querySelectorAll("text"), function (element) {
      return /\S/.test(element.textContent);
    });
  }

  function look(picture) {
    var svg = picture.querySelector("svg"), found = { width: svg.viewBox.baseVal.width,
      height: svg.viewBox.baseVal.height, texts: [] };
    texts(svg).forEach(function (element) {
      found.texts.push({ box: on_picture(element), text: element.textContent });
    });
    return found;
  }

  var result = document.createElement("pre");
  result.id = "boxes";
  try {
    result.textContent = JSON.stringify(Array.prototype.map.call(document.querySelectorAll(".picture"), look));
  } catch (problem) { result.textContent = String(problem); }
  document.body.replaceChildren(result);
})();
