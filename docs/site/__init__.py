"""The documentation site: `make docs` builds it into build/site, without a network, and fails on a broken link.

    __main__    builds it: puts its pages together, then calls Sphinx, whose settings are in `conf`
    pages       which pages there are, where, and where their links lead
    reference   pages made of the code while the site is built: commands, classes
    tables      pages made of the code and kept in docs/reference: guards, resources, roles, settings
    examples    a page for each example
    pictures    what a person sees, taken from the running emulator in Chromium

The words are in this folder's parent, and read well in the repository too. Nothing of the package imports this.
"""
