"""Send published issues to people and channels: the last step, DELIVER.

audience    published issues -> deliveries, frozen in one transaction
contents    issue and wish -> message without its recipient's lines, rendered once and stored
sender      deliveries that are due -> mail server or chat service, one state after the other
"""
