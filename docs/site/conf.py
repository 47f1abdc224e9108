"""Sphinx' settings. No page loads anything from elsewhere: no fonts, no scripts, no pictures."""

from importlib.metadata import version as installed

project = "pulumi-elastic-org"
version = release = installed(project)
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx_design"]

html_theme = "furo"
html_title = "pulumi-elastic-org"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_show_copyright = False
html_show_sphinx = False
html_copy_source = False
pygments_style = "friendly"
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#0b64a0", "color-brand-content": "#0b64a0"},
    "dark_css_variables": {"color-brand-primary": "#6cb8f0", "color-brand-content": "#6cb8f0"},
}

myst_enable_extensions = ["attrs_inline"]
myst_heading_anchors = 4  # as GitHub names them

autodoc_typehints = "description"
autodoc_typehints_description_target = "documented"
autodoc_class_signature = "mixed"
autodoc_member_order = "bysource"
napoleon_use_ivar = True
python_maximum_signature_line_length = 80
add_module_names = False
