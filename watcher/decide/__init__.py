"""What matters: relations read from text, rules applied to them. Pure: values in, values out."""
