"""The pictures that Pixela draws: heat map, line chart, badge, retina. All of them are SVG."""
