"""The screens. Knows replay/, never reaches into kernel/."""
