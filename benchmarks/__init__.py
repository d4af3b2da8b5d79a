"""How fast beanpay is, measured beside what the database alone can do. See README.md."""
